// Scripts only add: every page works without this file.

document.documentElement.classList.add("js-enabled");

// Send a form once, however often the button is pressed.
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, 5000);
  });
}

// Bring the list of problems to the reader.
document.getElementById("error-summary")?.focus();

// Leave a sensitive page at once: the next page takes its place in the history.
for (const link of document.querySelectorAll("a.hide-page")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    window.location.replace(link.href);
  });
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
