/** Ready-made cron lines, and what simple lines mean in words. */

export interface Preset {
  title: string
  cron: string
}

export const PRESETS: readonly Preset[] = [
  { title: 'Every minute', cron: '* * * * *' },
  { title: 'Every 5 minutes', cron: '*/5 * * * *' },
  { title: 'Every 15 minutes', cron: '*/15 * * * *' },
  { title: 'Every hour', cron: '0 * * * *' },
  { title: 'Every day at 09:00', cron: '0 9 * * *' },
  { title: 'Weekdays at 09:00', cron: '0 9 * * 1-5' },
  { title: 'Every Monday at 09:00', cron: '0 9 * * 1' },
  { title: 'First of the month at 06:00', cron: '0 6 1 * *' },
]

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

/** What a line means, for the usual shapes; nothing for the others, whose fire times speak for themselves. */
export function describe(cron: string): string | null {
  const parts = cron.trim().split(/\s+/)
  if (parts.length !== 5) return null
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = parts
  if (month !== '*') return null
  const when = timeOf(minute, hour)
  if (when === null) return null
  const repeats = when.startsWith('every')
  if (day === '*' && weekday === '*') return sentence(repeats ? when : `every day ${when}`)
  if (day === '*') {
    const days = weekdaysOf(weekday)
    return days && sentence(repeats ? `${when}, ${days}` : `${days} ${when}`)
  }
  if (weekday === '*' && /^\d+$/.test(day)) return sentence(repeats ? `${when} on day ${day} of the month` : `on day ${day} of every month ${when}`)
  return null
}

function timeOf(minute: string, hour: string): string | null {
  if (/^\d+$/.test(minute) && /^\d+$/.test(hour)) return `at ${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`
  if (hour === '*' && minute === '*') return 'every minute'
  const step = /^(?:\*|0)\/(\d+)$/.exec(minute)?.[1]
  if (hour === '*' && step !== undefined) return step === '1' ? 'every minute' : `every ${step} minutes`
  if (hour === '*' && /^\d+$/.test(minute)) return minute === '0' ? 'every hour' : `every hour at minute ${minute}`
  const hours = /^(?:\*|0)\/(\d+)$/.exec(hour)?.[1]
  return hours !== undefined && minute === '0' ? `every ${hours} hours` : null
}

function weekdaysOf(weekday: string): string | null {
  if (weekday === '1-5') return 'on weekdays'
  if (weekday === '0,6' || weekday === '6,0' || weekday === '6,7') return 'on weekends'
  const days = weekday.split(',').map((day) => (/^[0-7]$/.test(day) ? DAYS[Number(day) % 7] : undefined))
  return days.some((day) => day === undefined) ? null : `on ${days.join(', ')}`
}

function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1)
}
