/** A quiet voice message: Ogg with Opus frames of 20 ms, every one of them silence. */
export function voice(seconds: number): Buffer {
  const head = Buffer.from('OpusHead\u0001\u0001\0\0\u0080\u00bb\0\0\0\0\0', 'latin1')
  const name = Buffer.from('Sapa')
  const tags = Buffer.concat([Buffer.from('OpusTags'), uint32(name.length), name, uint32(0)])
  const silence = Buffer.from([0xf8, 0xff, 0xfe])
  const pages = [page([head], { number: 0, flag: 2, samples: 0 })]
  pages.push(page([tags], { number: 1, flag: 0, samples: 0 }))
  for (let second = 1; second <= seconds; second++) {
    const frames = Array.from({ length: 50 }, () => silence)
    const flag = second === seconds ? 4 : 0
    pages.push(page(frames, { number: second + 1, flag, samples: second * 48_000 }))
  }
  return Buffer.concat(pages)
}

function page(packets: Buffer[], place: { number: number; flag: number; samples: number }): Buffer {
  const head = Buffer.alloc(27 + packets.length)
  head.write('OggS')
  head[5] = place.flag
  head.writeBigUInt64LE(BigInt(place.samples), 6)
  head.writeUInt32LE(1, 14)
  head.writeUInt32LE(place.number, 18)
  head[26] = packets.length
  head.set(
    packets.map(packet => packet.length),
    27
  )
  const whole = Buffer.concat([head, ...packets])
  whole.writeUInt32LE(checksum(whole), 22)
  return whole
}

/** Ogg's own CRC: not mirrored, unlike that of zlib. */
function checksum(bytes: Buffer): number {
  let sum = 0
  for (const byte of bytes) {
    sum ^= byte << 24
    for (let bit = 0; bit < 8; bit++) sum = sum < 0 ? (sum << 1) ^ 0x04c11db7 : sum << 1
  }
  return sum >>> 0
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
