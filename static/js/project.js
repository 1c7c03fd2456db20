// Arrow keys and the buttons of a presenter's remote go from step to step; the links do without.

const keys = {
  ArrowRight: "next",
  PageDown: "next",
  ArrowLeft: "prev",
  PageUp: "prev",
  Home: "first",
};

document.addEventListener("keydown", (event) => {
  const rel = keys[event.key];
  if (!rel || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) {
    return;
  }
  const link = document.querySelector(`a[rel=${rel}]`);
  if (link) {
    event.preventDefault();
    window.location.assign(link.href);
  }
});
