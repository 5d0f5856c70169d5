import { expect, it } from 'vitest'

import { instantiate } from './wasm'

const name = (text: string): number[] => [text.length, ...new TextEncoder().encode(text)]
const section = (id: number, ...bytes: number[]): number[] => [id, bytes.length, ...bytes]
const body = (...code: number[]): number[] => [code.length + 2, 0, ...code, 0x0b]

/** A module with the core's interface that answers every request with the request itself. */
const ECHO = new Uint8Array([
  ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  // Types: (i32) → i32, (i32, i32) → nothing, (i32, i32) → i64.
  ...section(1, 3, 0x60, 1, 0x7f, 1, 0x7f, 0x60, 2, 0x7f, 0x7f, 0, 0x60, 2, 0x7f, 0x7f, 1, 0x7e),
  ...section(3, 3, 0, 1, 2),
  ...section(5, 1, 0, 1),
  // Where the next allocation goes.
  ...section(6, 1, 0x7f, 1, 0x41, 0x80, 0x08, 0x0b),
  ...section(7, 4, ...name('memory'), 2, 0, ...name('weft_alloc'), 0, 0, ...name('weft_free'), 0, 1, ...name('weft_call'), 0, 2),
  ...section(
    10,
    3,
    // The old place is the result; the place moves on by the length.
    ...body(0x23, 0, 0x23, 0, 0x20, 0, 0x6a, 0x24, 0),
    ...body(),
    // pointer << 32 | length
    ...body(0x20, 0, 0xad, 0x42, 32, 0x86, 0x20, 1, 0xad, 0x84),
  ),
])

it('hands text over and back', async () => {
  const call = await instantiate(await WebAssembly.compile(ECHO))
  expect(call('{"ok":{"name":"Zürich 😀"}}')).toEqual({ ok: { name: 'Zürich 😀' } })
  expect(call('{"error":{"message":"no"}}')).toEqual({ error: { message: 'no' } })
})
