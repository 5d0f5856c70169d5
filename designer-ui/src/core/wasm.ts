/** The core's interface: bytes of JSON in, bytes of JSON out. */
interface CoreExports {
  memory: WebAssembly.Memory
  weft_alloc: (length: number) => number
  weft_free: (pointer: number, length: number) => void
  weft_call: (pointer: number, length: number) => bigint
}

type Reply = { ok: unknown } | { error: { code?: string; message?: string } }

export type CallCore = (request: string) => Reply

/** Gives the compiled core a memory of its own and returns the way to call it. */
export async function instantiate(module: WebAssembly.Module): Promise<CallCore> {
  const instance = await WebAssembly.instantiate(module, {})
  // The module is built from `core-wasm`, which exports exactly these.
  const core = instance.exports as unknown as CoreExports
  const encoder = new TextEncoder()
  const decoder = new TextDecoder()

  return (request) => {
    const bytes = encoder.encode(request)
    const pointer = core.weft_alloc(bytes.length)
    new Uint8Array(core.memory.buffer, pointer, bytes.length).set(bytes)
    const answer = BigInt.asUintN(64, core.weft_call(pointer, bytes.length))
    core.weft_free(pointer, bytes.length)
    const at = Number(answer >> 32n)
    const length = Number(answer & 0xffffffffn)
    const text = decoder.decode(new Uint8Array(core.memory.buffer, at, length))
    core.weft_free(at, length)
    // The core answers with nothing but this shape.
    return JSON.parse(text) as Reply
  }
}
