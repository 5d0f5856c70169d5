import { describe, expect, it } from 'vitest'

import { fileName, readDocument } from '@/features/workflows/document_file'

const file = (text: string) => new File([text], 'flow.json')

describe('importing', () => {
  it('reads what was exported', async () => {
    const document = { weft: 1, name: 'Orders', nodes: [], edges: [], settings: {} }
    expect(await readDocument(file(JSON.stringify(document)))).toEqual(document)
  })

  it('tells what is wrong with another file', async () => {
    await expect(readDocument(file('{'))).rejects.toThrow('flow.json is not JSON.')
    await expect(readDocument(file('[]'))).rejects.toThrow('no exported workflow')
    await expect(readDocument(file('{"nodes": [], "connections": {}}'))).rejects.toThrow('no exported workflow')
  })
})

describe('exporting', () => {
  it('names the file after the workflow', () => {
    expect(fileName('Order alerts: über/all')).toBe('order-alerts-u-ber-all')
    expect(fileName('注文')).toBe('workflow')
  })
})
