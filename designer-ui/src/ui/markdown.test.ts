import { expect, it } from 'vitest'

import { safeFragment } from './Markdown'

function dom(text: string): HTMLElement {
  const box = document.createElement('div')
  box.replaceChildren(safeFragment(text))
  return box
}

it('renders Markdown', () => {
  const box = dom('Takes **True**.\n\n- `a`\n- [docs](https://example.com)')
  expect(box.querySelector('strong')?.textContent).toBe('True')
  expect(box.querySelectorAll('li')).toHaveLength(2)
  expect(box.querySelector('a')).toMatchObject({ textContent: 'docs', target: '_blank', rel: 'noreferrer noopener' })
})

it.each([
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '[x](javascript:alert(1))',
  '![x](https://tracker.example/pixel.gif)',
  '<a href="javascript:alert(1)" onclick="alert(1)">x</a>',
  '<p style="position:fixed">x</p>',
])('lets nothing run, load or restyle from %s', (text) => {
  const box = dom(text)
  expect(box.querySelector('script, img, style, iframe, form')).toBeNull()
  for (const element of box.querySelectorAll('*')) {
    expect([...element.attributes].filter(({ name, value }) => name.startsWith('on') || name === 'style' || value.startsWith('javascript:'))).toEqual([])
  }
})
