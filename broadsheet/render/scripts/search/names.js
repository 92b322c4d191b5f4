// Names for the filters of a search, from the site's own indexes of names. Loaded when somebody uses the filters.

// An index lists names; over 500 of them, the beginnings that lead to further indexes. `root` is that of the whole kind.
async function readIndex(address, root, { read, site }) {
  const parsed = new DOMParser().parseFromString(await read(address, "text"), "text/html");
  const names = new Map();
  const below = new Map();
  for (const { href, pathname, textContent } of parsed.querySelectorAll("main li a")) {
    const slug = decodeURIComponent(pathname).split("/").at(-2);
    const folder = new URL("..", href).href;
    if (folder === root && slug.endsWith("_")) below.set(slug.slice(0, -1), href);
    // A language has no folder above it.
    else if (folder === root || (root.endsWith("/languages/") && folder === site.href)) names.set(slug, textContent);
  }
  return { names, below };
}

const bare = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").normalize("NFC");

// The names of the index in which one that begins like `slug` is. Indexes are divided without regard to marks.
async function findNames(address, root, slug, tools) {
  const { names, below } = await readIndex(address, root, tools);
  const next = [...below].find(([beginning]) => bare(slug).startsWith(bare(beginning)));
  return next ? findNames(next[1], root, slug, tools) : names;
}

// Shows names where filters have slugs, and suggests more. The map `slugs` learns them, by "tag/sea level".
export async function attach(form, tools) {
  const controls = [...form.querySelectorAll("[data-index]")];
  await Promise.all(controls.map((control) => (control.options ? addOptions : nameAndSuggest)(control, tools)));
}

const find = async (control, slug, tools) => {
  const { href } = new URL(control.dataset.index, location);
  const names = await findNames(href, href, slug, tools);
  for (const [each, name] of names) tools.slugs.set(`${control.name}/${name.toLowerCase()}`, each);
  return names;
};

async function addOptions(control, tools) {
  for (const [slug, name] of await find(control, "", tools)) {
    const known = [...control.options].find(({ value }) => value === slug);
    if (known) known.text = name;
    else control.add(new Option(name, slug));
  }
}

const attached = new WeakSet();

async function nameAndSuggest(control, tools) {
  const suggest = async () => {
    const names = await find(control, tools.makeSlug(control.value), tools);
    control.list.replaceChildren(...Array.from(names.values(), (name) => new Option("", name)));
  };
  if (!attached.has(control)) control.addEventListener("input", () => suggest().catch(() => {}));
  attached.add(control);
  const slugs = control.value.split(";").map((each) => each.trim());
  const names = await Promise.all(slugs.map(async (slug) => (await find(control, slug, tools)).get(slug) ?? slug));
  // Unless something else was typed in the meantime.
  if (control.value.split(";").map((each) => each.trim()).join() === slugs.join()) control.value = names.join("; ");
  await suggest();
}
