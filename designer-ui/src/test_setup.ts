import { cleanup, configure } from '@testing-library/react'
import { afterEach } from 'vitest'

// A busy machine may take seconds to draw a page; a wait ends as soon as it can.
configure({ asyncUtilTimeout: 10_000 })

afterEach(cleanup)

/** jsdom has no layout, so it lacks what asks for it. */
window.matchMedia = (query) =>
  // The deprecated half of the interface is left out; nothing calls it.
  Object.assign(new EventTarget(), { matches: false, media: query, onchange: null }) as unknown as MediaQueryList
window.scrollTo = () => undefined
Element.prototype.scrollIntoView = () => undefined
Element.prototype.hasPointerCapture = () => false
Element.prototype.releasePointerCapture = () => undefined
window.ResizeObserver = class {
  observe() {
    // Nothing ever changes its size here.
  }
  unobserve() {
    // See observe.
  }
  disconnect() {
    // See observe.
  }
}
