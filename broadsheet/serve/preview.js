// The preview's own script, put into each page as it is sent and into no file. It listens to the server: loads the
// page again when it is another one, swaps a stylesheet, and shows what is wrong over the last good page.

(() => {
  const own = document.currentScript;
  const scrolled = `broadsheet ${location.pathname}`;
  // Where the page stood before it was loaded again; null once it stands there.
  let before = sessionStorage.getItem(scrolled);
  let line = null;
  const { stamp, build } = own.dataset;

  const shell = document.createElement("broadsheet-preview");
  const root = shell.attachShadow({ mode: "open" });
  const style = document.createElement("link");
  style.rel = "stylesheet";
  style.href = "/.broadsheet/preview.css";
  const panel = document.createElement("section");
  panel.className = "problems";
  panel.hidden = true;
  panel.setAttribute("role", "alert");
  const notice = document.createElement("p");
  notice.className = "notice";
  notice.hidden = true;
  notice.setAttribute("role", "status");
  root.append(style, panel, notice);
  if (own.dataset.badge) {
    const badge = document.createElement("p");
    badge.className = "badge";
    badge.textContent = own.dataset.badge;
    root.append(badge);
  }
  document.documentElement.append(shell);

  // Where the browser would put the page back to by itself may be where it stood a second ago.
  let reloading = false;
  const load = () => {
    sessionStorage.setItem(scrolled, before ?? String(scrollY));
    reloading = true;
    history.scrollRestoration = "manual";
    location.reload();
  };

  const show = (problems) => {
    panel.replaceChildren();
    panel.hidden = !problems.length;
    if (!problems.length) return;
    const title = document.createElement("h1");
    title.textContent = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    panel.append(title);
    for (const { place, text } of problems) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = text;
      button.title = `Copy ${place}`;
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(place);
        button.dataset.copied = place;
      });
      panel.append(button);
    }
  };

  const swap = (urls) => {
    const changed = new Set(urls);
    for (const sheet of document.querySelectorAll('link[rel~="stylesheet"]')) {
      const url = new URL(sheet.href);
      if (!changed.delete(url.pathname)) continue;
      const fresh = sheet.cloneNode();
      url.searchParams.set("broadsheet", Date.now());
      fresh.href = url;
      fresh.addEventListener("load", () => sheet.remove());
      sheet.after(fresh);
    }
    if (changed.size) load();
  };

  const announce = ({ url, title }) => {
    const link = document.createElement("a");
    link.href = url;
    link.textContent = title;
    notice.replaceChildren("New: ", link);
    notice.hidden = url === location.pathname;
  };

  const told = {
    reload: load,
    moved: ({ url }) => location.replace(url),
    problems: ({ problems }) => show(problems),
    parts: ({ urls }) => swap(urls),
    new: (story) => {
      sessionStorage.setItem("broadsheet new", JSON.stringify(story));
      announce(story);
    },
    progress: ({ stage, done, count }) => {
      const words = document.querySelector(".broadsheet-progress");
      if (words) words.textContent = `${stage}: ${done.toLocaleString("en")} of ${count.toLocaleString("en")}`;
    },
  };

  // A browser has six lines to a server and no more; a tab that nobody sees needs none. When it is seen again
  // the server knows by the stamp whether the page is still the same, by the build what is new.
  const listen = () => {
    if (document.hidden === (line === null)) return;
    if (document.hidden) {
      line.close();
      line = null;
      return;
    }
    const shown = new URLSearchParams({ path: location.pathname, stamp, build });
    line = new EventSource(`/.broadsheet/events?${shown}`);
    for (const [what, act] of Object.entries(told)) {
      line.addEventListener(what, (event) => act(JSON.parse(event.data)));
    }
  };
  document.addEventListener("visibilitychange", listen);
  addEventListener("pagehide", () => {
    if (line) line.close();
    if (!reloading) history.scrollRestoration = "auto";
  });
  listen();

  const story = sessionStorage.getItem("broadsheet new");
  if (before !== null) {
    if (story) announce(JSON.parse(story));
    sessionStorage.removeItem(scrolled);
  }
  if (Number(before)) {
    const restore = () => scrollTo({ top: Number(before), behavior: "instant" });
    restore();
    addEventListener("load", () => {
      restore();
      before = null;
    }, { once: true });
  } else {
    before = null;
  }
  sessionStorage.removeItem("broadsheet new");
})();
