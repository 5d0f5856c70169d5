/**
 * The server's policy demands trusted types: no text becomes HTML or script unless a policy vouches for it. This default
 * policy vouches for the addresses of our own scripts, which is what workers are started from, and for nothing else.
 */
export function trustOwnScripts(factory: PolicyFactory | undefined, origin: string): void {
  factory?.createPolicy('default', {
    createScriptURL: (address) => {
      if (new URL(address, origin).origin !== origin) throw new TypeError(`Scripts come from ${origin} only, not from ${address}.`)
      return address
    },
  })
}

/** The part of the browser's interface that is used; browsers without trusted types lack it. */
export interface PolicyFactory {
  createPolicy: (name: string, rules: { createScriptURL: (address: string) => string }) => unknown
}

declare global {
  interface Window {
    readonly trustedTypes?: PolicyFactory
  }
}
