// The shipped alerts ask for figures that the relay has.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { openMetrics } from '../../src/metrics.ts'

test('every figure that an alert asks for is exposed, with the labels it names', async () => {
  const file = new URL('../../config/prometheus/alerts.yaml', import.meta.url)
  const { groups } = parse(readFileSync(file, 'utf8')) as {
    groups: { rules: { alert: string; expr: string }[] }[]
  }
  const metrics = openMetrics({
    ...{ blockedDomains: () => 0, storeUp: () => true, clockOffsetMs: () => 0 },
  })
  metrics.delivery('drop', 'Create')
  metrics.failedOpen('key')
  metrics.image('clean')
  const exposed = await metrics.registry.metrics()
  const asked = groups
    .flatMap(({ rules }) => rules)
    .flatMap(({ expr }) => expr.match(/sekisho_\w+/g) ?? [])
  expect(asked.length).toBeGreaterThan(5)
  for (const name of asked) expect(exposed).toMatch(new RegExp(`^${name}[{ ]`, 'm'))
  expect(exposed).toMatch(/^sekisho_deliveries_total\{action="drop",type="Create"\} 1$/m)
  expect(exposed).toMatch(/^sekisho_failed_open_total\{what="key"\} 1$/m)
})
