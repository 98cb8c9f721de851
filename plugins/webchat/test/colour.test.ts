import t from 'tap'
import { colorsOf, contrast, readColor } from '../colour.ts'

t.test('contrast is that of WCAG', async t => {
  const cases: [string, string, number][] = [
    ['#ffffff', '#000000', 21],
    ['#777777', '#ffffff', 4.48],
    ['#0000ff', '#ffffff', 8.59],
    ['#123456', '#123456', 1]
  ]

  for (const [one, other, wanted] of cases) {
    t.ok(Math.abs(contrast(one, other) - wanted) < 0.01, `${one} and ${other}`)
    t.equal(contrast(one, other), contrast(other, one))
  }
})

t.test('a colour that can be read stays as it is', async t => {
  t.strictSame(colorsOf('#B83A17').light, { brand: '#b83a17', onBrand: '#ffffff' })
  t.strictSame(colorsOf('#ffe14d').light, { brand: '#ffe14d', onBrand: '#111816' })
})

t.test('a colour on which nothing can be read is moved only a little', async t => {
  const { light } = colorsOf('#787878')

  t.notSame(light.brand, '#787878')
  t.ok(contrast(light.brand, '#787878') < 1.2)
  t.ok(contrast(light.brand, light.onBrand) >= 4.5)
})

t.test('every colour ends readable, and seen on the dark panel', async t => {
  const shares = [0, 51, 102, 119, 128, 153, 204, 255]
  for (const red of shares) {
    for (const green of shares) {
      for (const blue of shares) {
        const hex = `#${[red, green, blue].map(one => one.toString(16).padStart(2, '0')).join('')}`
        const { light, dark } = colorsOf(hex)

        const isRead =
          contrast(light.brand, light.onBrand) >= 4.5 && contrast(dark.brand, dark.onBrand) >= 4.5
        if (!isRead || contrast(dark.brand, '#171e1c') < 3) t.fail(hex)
      }
    }
  }
})

t.test('colours are read as people type them', async t => {
  t.equal(readColor(' #B83A17 '), '#b83a17')
  t.equal(readColor('b83a17'), '#b83a17')
  t.equal(readColor('#0A6'), '#00aa66')
  for (const wrong of ['', 'merah', '#12345', '#12345g', 'red;}', '#1234567']) {
    t.equal(readColor(wrong), null, wrong)
  }
})
