export default {
  layout: "article.njk",
  permalink: (data) => `${data.page.filePathStem.slice("/content".length)}/`,
};
