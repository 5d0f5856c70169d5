// `Math.random` by a seed: the engine was frozen with its generator, which would give every call the same numbers. What is
// repeated after a crash draws the numbers it drew before.

export function seedRandom(text) {
  let next
  // Made by whoever asks first: most calls never do.
  Math.random = () => (next ??= generator(text))()
}

function generator(text) {
  let [a, b, c, d] = seeds(text)
  const next = () => {
    // sfc32, a small fast generator with a good record.
    const t = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + t | 0
    return (t >>> 0) / 4294967296
  }
  for (let turn = 0; turn < 12; turn++) next()
  return next
}

/** Four numbers that all depend on the whole text (FNV-1a, from four starting points). */
function seeds(text) {
  return [0x811c9dc5, 0x9e3779b9, 0x85ebca6b, 0xc2b2ae35].map((start) => {
    let hash = start
    for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
    return hash | 0
  })
}
