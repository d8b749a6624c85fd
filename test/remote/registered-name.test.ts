import { expect, test } from 'vitest'
import { registeredName } from '../../src/remote/registered-name.ts'

test.each([
  ['https://remote.example/users/alice', 'remote.example'],
  ['https://a.b.remote.example:8443/', 'remote.example'],
  ['https://A.remote.example./', 'remote.example'],
  ['https://alice.github.io/', 'alice.github.io'],
  ['https://a.alice.github.io/', 'alice.github.io'],
  ['https://192.0.2.1/', '192.0.2.1'],
  ['https://[2001:db8::1]/', '[2001:db8::1]'],
  ['https://localhost/', 'localhost'],
  ['no URL', ''],
])('%s is counted as %s', (url, name) => {
  expect(registeredName(url)).toBe(name)
})
