import { refusal, world } from '../world.js'

export function send(request) {
  const { tag, val } = answerTo(request)
  if (tag === 'ok') return val
  throw refusal(val.tag, val.val)
}

export function sendAll(requests) {
  return requests.map(answerTo)
}

function answerTo(request) {
  const { requests, responder } = world()
  requests.push(request)
  if (responder === undefined) {
    return { tag: 'err', val: { tag: 'denied', val: 'no function of a test answers requests: see Host.http' } }
  }
  const answer = responder(request)
  return answer.failure === undefined ? { tag: 'ok', val: answer } : { tag: 'err', val: answer.failure }
}
