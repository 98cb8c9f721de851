// Picks what the interface uses out of lucide (ISC) and adds our own marks: public/icons.svg.
// Run after changing the list: node bin/build-icons.js
import { readFileSync, writeFileSync } from 'node:fs'

const lucide = `
  activity alarm-clock archive arrow-down arrow-left arrow-right arrow-up at-sign ban bell book-open
  bot building-2 calendar chart-column check check-check chevron-down chevron-left chevron-right
  chevron-up circle circle-alert circle-check circle-dot circle-question-mark circle-user circle-x
  clipboard-check clock copy crown database download ellipsis external-link eye eye-off file file-text
  filter flag folder forward git-merge globe hard-drive history hourglass house image image-off inbox
  info key-round keyboard languages life-buoy link-2 list list-filter loader-circle lock log-out mail
  map-pin megaphone menu message-square monitor moon panel-right paperclip pause pencil phone play
  plug plus power printer puzzle quote refresh-cw reply rotate-ccw search send server settings shield
  shield-check shopping-cart sliders-horizontal smartphone smile sparkles split star store sun tag tags trash-2
  triangle-alert undo-2 unlink upload user-plus user-round users-round webhook wifi-off wrench x zap
`.trim()

// Channel glyphs are drawn heavier and simpler: they are shown at 10 px.
const own = {
  logo: [
    '0 0 28 28',
    '<rect width="28" height="28" rx="8" fill="currentColor" stroke="none"/>' +
      '<path d="M6.5 13.2a7.5 6.7 0 1 1 3.6 5.7L6.7 20.2l.9-3.2a6.5 6.5 0 0 1-1.1-3.8z" fill="var(--on-accent, #fff)" stroke="none"/>' +
      '<path d="M10.9 13.1c.6 2 5.6 2 6.2 0" fill="none" stroke="currentColor" stroke-width="1.9" stroke-linecap="round"/>'
  ],
  mark: [
    '0 0 56 56',
    '<g fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round"><path d="M12 27a16 14 0 1 1 8 12.2L12.4 42l1.9-6.6A13 13 0 0 1 12 27z"/><path d="M21.5 27c1.4 4.3 11.6 4.3 13 0"/></g>'
  ],
  'glyph-letter': ['0 0 24 24', '<path d="M3.500 6h17v12.500h-17z"/><path d="m4 7 8 6 8-6"/>'],
  'glyph-bubble': ['0 0 24 24', '<path d="M4 5h16v11.500h-8L8 20.500v-4H4z"/>'],
  'glyph-round': [
    '0 0 24 24',
    '<path d="M4.500 19.500 5.800 15.600A8 8 0 1 1 8.900 18.400z"/><path d="M9.300 9.200c.6 2.900 2.600 4.900 5.500 5.500"/>'
  ],
  'glyph-plane': [
    '0 0 24 24',
    '<path d="M21 4.500 3 11.400l6.200 2.300L11.600 20z"/><path d="M9.200 13.700 21 4.500"/>'
  ],
  'glyph-camera': [
    '0 0 24 24',
    '<path d="M8 4h8a4 4 0 0 1 4 4v8a4 4 0 0 1-4 4H8a4 4 0 0 1-4-4V8a4 4 0 0 1 4-4z"/><path d="M15 12a3 3 0 1 1-6 0 3 3 0 0 1 6 0z"/><path d="M16.800 7.400v0"/>'
  ],
  'glyph-handset': [
    '0 0 24 24',
    '<path d="M6 3.500 9 4l1 4-2 1.600a12 12 0 0 0 6.400 6.400L16 14l4 1 .5 3c0 1.500-1 2.500-2.500 2.500C10.500 20.500 3.500 13.500 3.500 6c0-1.500 1-2.500 2.500-2.500z"/>'
  ]
}

const symbols = lucide.split(/\s+/).map(name => {
  const svg = readFileSync(`node_modules/lucide-static/icons/${name}.svg`, 'utf8')
  const shapes = svg.slice(svg.indexOf('>', svg.indexOf('<svg')) + 1, svg.indexOf('</svg>'))
  return symbol(name, '0 0 24 24', shapes.replace(/\s*\n\s*/g, '').replaceAll(' />', '/>'))
})
for (const [name, [box, shapes]] of Object.entries(own)) {
  symbols.push(symbol(name, box, shapes.replace(/(\.\d)00/g, '$1')))
}

writeFileSync(
  'public/icons.svg',
  '<!-- lucide-static icons, ISC licence, https://lucide.dev/license; logo, mark and glyph-* are our own -->\n' +
    `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join('\n')}\n</svg>\n`
)
console.log(`${symbols.length} icons`)

function symbol(name, box, shapes) {
  return `<symbol id="${name}" viewBox="${box}">${shapes}</symbol>`
}
