// Rows of links are cut on phones: the current one is brought into sight, without moving the page.
for (const link of document.querySelectorAll(':is(.tabs, .settings__nav) > [aria-current]')) {
  const row = link.parentElement
  row.scrollLeft += link.getBoundingClientRect().left - row.getBoundingClientRect().left - 48
}
