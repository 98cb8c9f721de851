import { crc32 as crcOf, deflateSync } from 'node:zlib'

/** A small picture: a box on a table, in colours of its own. */
export function picture(seed: number): Buffer {
  const [width, height] = [360, 240]
  const rows = Buffer.alloc((width * 3 + 1) * height)
  const hue = [(seed * 67) % 200, (seed * 131) % 200, (seed * 29) % 200]
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * (width * 3 + 1) + 1 + x * 3
      const isBox = x > 90 && x < 270 && y > 60 && y < 190
      const isScreen = x > 105 && x < 255 && y > 75 && y < 165
      const shade = isScreen ? 40 + ((x + y) >> 3) : isBox ? 90 : y > 170 ? 150 : 215
      for (let c = 0; c < 3; c++) rows[at + c] = isBox ? shade + (hue[c] ?? 0) / 3 : shade - c * 6
    }
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, 2, 0, 0, 0], 8)
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10])
  const parts = [
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0))
  ]
  return Buffer.concat([signature, ...parts])
}

function chunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content])
  const frame = Buffer.alloc(8)
  frame.writeUInt32BE(content.length, 0)
  frame.writeUInt32BE(crcOf(body), 4)
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)])
}

/** One page of plain lines. */
export function invoice(lines: string[]): Buffer {
  const shown = lines.map(line => `(${line.replaceAll(/[\\()]/g, '\\$&')}) Tj T*`).join('\n')
  const page = `BT /F1 12 Tf 56 780 Td 18 TL\n${shown}\nET`
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${page.length} >>\nstream\n${page}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>'
  ]
  let text = '%PDF-1.4\n'
  const offsets = objects.map((object, index) => {
    const at = text.length
    text += `${index + 1} 0 obj\n${object}\nendobj\n`
    return `${String(at).padStart(10, '0')} 00000 n \n`
  })
  const start = text.length
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.join('')}`
  text += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`
  return Buffer.from(text, 'latin1')
}
