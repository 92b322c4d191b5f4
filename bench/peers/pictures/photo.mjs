// A photo of an article with Eleventy's own plugin: WebP in two widths, and a JPEG.
import Image from "ELEVENTY_IMG";

const of = (source, format, widths) =>
  Image(source, {
    formats: [format],
    widths,
    outputDir: "_site/img/",
    urlPath: "/img/",
    sharpWebpOptions: { quality: 78 },
    sharpJpegOptions: { quality: 78 },
  });

export async function photo(name) {
  const source = `photos/${name}`;
  const [{ webp }, { jpeg }] = await Promise.all([of(source, "webp", [640, 1280]), of(source, "jpeg", [1280])]);
  const [plain] = jpeg;
  return (
    `<figure><picture>\n<source type="image/webp" srcset="${webp.map((each) => each.srcset).join(", ")}"` +
    ` sizes="(min-width: 48rem) 38rem, 100vw">\n<img src="${plain.url}" width="${plain.width}"` +
    ` height="${plain.height}" alt="The photo" loading="lazy">\n</picture></figure>`
  );
}
