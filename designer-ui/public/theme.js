// Runs before the first paint, so that a dark theme never flashes white. It is a file of its own because the
// content security policy allows no inline script. `src/ui/theme.ts` keeps the class up to date afterwards.
;(function () {
  var choice = 'system'
  try {
    choice = localStorage.getItem('weft.theme') || 'system'
  } catch {
    // Storage can be forbidden; the system's theme is a good answer then.
  }
  var dark = choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.classList.add(dark ? 'dark' : 'light')
})()
