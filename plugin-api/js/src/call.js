// One call of an action, or of a trigger that polls.

import { isCancelled } from 'weft:plugin/host@1.0.0'
import { Outcome } from './outcome.js'

export class Call {
  constructor(wire) {
    this.action = wire.action
    this.idempotencyKey = wire.idempotencyKey
    this.attempt = wire.attempt
    this.deadlineMs = wire.deadlineMs
    this.dryRun = wire.dryRun
    this.params = JSON.parse(wire.params)
    this.items = wire.items.map((item) => JSON.parse(item))
    this.cursor = wire.cursor === null || wire.cursor === undefined ? undefined : JSON.parse(wire.cursor)
  }

  get item() {
    return this.items[0]
  }

  isCancelled() {
    return isCancelled()
  }

  answer(compute) {
    const outcome = new Outcome()
    this.items.forEach((item, place) => outcome.pushFor(place, compute(item)))
    return outcome
  }

  answerEach(compute) {
    const outcome = new Outcome()
    this.items.forEach((item, place) => {
      try {
        outcome.pushFor(place, compute(item))
      } catch (error) {
        outcome.failItem(place, error)
      }
    })
    return outcome
  }
}
