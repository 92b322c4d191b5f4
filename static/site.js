// Conveniences that no page needs: today's date in the masthead, the newest headlines beside an article, and
// wide tables that a keyboard can scroll. Where anything is missing, offline for one, the page stays as it was.

const today = document.querySelector(".today");
if (today) {
  const style = { weekday: "long", day: "numeric", month: "long", year: "numeric" };
  today.textContent = new Intl.DateTimeFormat(document.documentElement.lang, style).format(new Date());
}

const box = document.querySelector("[data-from]");
if (box) {
  fetch(box.dataset.from)
    .then((answer) => (answer.ok ? answer.text() : ""))
    .then((text) => {
      const list = new DOMParser().parseFromString(text, "text/html").getElementById("latest");
      if (!list) return;
      for (const link of list.querySelectorAll("a")) {
        if (link.getAttribute("href") === location.pathname) link.closest("li").remove();
      }
      if (!list.children.length) return;
      list.removeAttribute("id");
      box.querySelector("p").replaceWith(list);
    })
    .catch(() => {});
}

const wide = document.querySelectorAll(".body table, .body pre");
const reach = () => {
  for (const part of wide) {
    if (part.scrollWidth > part.clientWidth) part.tabIndex = 0;
    else part.removeAttribute("tabindex");
  }
};
if (wide.length) {
  reach();
  addEventListener("resize", reach);
}
