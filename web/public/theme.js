// Chooses light or dark before the first paint, so that nobody sees the other one flash by.
(function () {
  var choice = null;
  try {
    choice = localStorage.getItem('palabre:theme');
  } catch {
    // Storage may be refused; the system's choice is then the right one.
  }
  var dark = choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
})();
