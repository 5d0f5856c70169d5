// Texts as bytes and back: the engine has no `TextEncoder`.

const HEX = '0123456789abcdef'

export function fromText(text) {
  const bytes = []
  for (const character of text) {
    let code = character.codePointAt(0)
    if (code >= 0xd800 && code < 0xe000) code = 0xfffd
    if (code < 0x80) bytes.push(code)
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63))
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63))
    else bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63))
  }
  return Uint8Array.from(bytes)
}

export function toText(bytes) {
  let text = ''
  let units = []
  for (let at = 0; at < bytes.length; ) {
    const [code, length] = decode(bytes, at)
    at += length
    if (code < 0x10000) units.push(code)
    else units.push(0xd800 + ((code - 0x10000) >> 10), 0xdc00 + ((code - 0x10000) & 0x3ff))
    if (units.length > 8000) {
      text += String.fromCharCode.apply(null, units)
      units = []
    }
  }
  return text + String.fromCharCode.apply(null, units)
}

/** The character at a place and its length; for what is no UTF-8, the replacement character for as much as was well-formed. */
function decode(bytes, at) {
  const lead = bytes[at]
  if (lead < 0x80) return [lead, 1]
  const more = lead >= 0xc2 && lead < 0xe0 ? 1 : lead >= 0xe0 && lead < 0xf0 ? 2 : lead >= 0xf0 && lead < 0xf5 ? 3 : 0
  if (more === 0) return [0xfffd, 1]
  let code = lead & (0x3f >> more)
  for (let step = 1; step <= more; step++) {
    const byte = bytes[at + step]
    // The second byte decides about overlong forms, surrogates and what is beyond the last character.
    const least = step === 1 && lead === 0xe0 ? 0xa0 : step === 1 && lead === 0xf0 ? 0x90 : 0x80
    const most = step === 1 && lead === 0xed ? 0x9f : step === 1 && lead === 0xf4 ? 0x8f : 0xbf
    if (!(byte >= least && byte <= most)) return [0xfffd, step]
    code = (code << 6) | (byte & 63)
  }
  return [code, more + 1]
}

export function toHex(bytes) {
  let text = ''
  for (const byte of bytes) text += HEX[byte >> 4] + HEX[byte & 15]
  return text
}

export function fromHex(text) {
  const digits = text.trim().toLowerCase()
  if (digits.length % 2 !== 0 || !/^[0-9a-f]*$/.test(digits)) return null
  const bytes = new Uint8Array(digits.length / 2)
  for (let at = 0; at < bytes.length; at++) bytes[at] = parseInt(digits.slice(2 * at, 2 * at + 2), 16)
  return bytes
}

export function toBase64(bytes) {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary)
}

export function fromBase64(text) {
  const padded = text.replaceAll('-', '+').replaceAll('_', '/')
  try {
    return Uint8Array.from(atob(padded), (character) => character.charCodeAt(0))
  } catch {
    return null
  }
}

/** What a body or message may be: bytes as they are, texts as UTF-8. */
export function bytesOf(value) {
  return typeof value === 'string' ? fromText(value) : value
}
