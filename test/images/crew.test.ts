// The children that read pictures fall, hang and grow; the relay and the other pictures do not notice.
import { afterEach, describe, expect, test, vi } from 'vitest'
import { type Crew, type CrewOptions, openCrew } from '../../src/images/crew.ts'
import type { PictureBans } from '../../src/images/sight.ts'

const ODD = new URL('./odd-child.ts', import.meta.url)
const open: Crew[] = []
afterEach(() => {
  for (const crew of open.splice(0)) crew.close()
})

function aCrew(also: Partial<CrewOptions> = {}) {
  const faults: string[] = []
  const onFault = (what: string, cause: unknown) => {
    faults.push(`${what}: ${(cause as Error).message}`)
  }
  const crew = openCrew({ size: 1, script: ODD, onFault, ...also })
  open.push(crew)
  const look = (order: string, deadlineMs = 15_000, isUrgent = false) =>
    crew.look(Buffer.from(order), { deadlineMs, isThorough: false, isUrgent })
  /** What the child says that it did. */
  const answer = async (order: string, deadlineMs?: number) => {
    const sight = await look(order, deadlineMs)
    if (sight.status !== 'seen') throw new Error(sight.why)
    const [did = '', pid = '', bans = '', variables = ''] = sight.findings[0]!.value.split(' ')
    return { did, pid, bans, variables }
  }
  return { crew, look, answer, faults }
}

describe('a child', () => {
  test('reads one picture after another', async () => {
    const { answer } = aCrew()
    const [one, two] = [await answer('one'), await answer('two')]
    expect([one.did, two.did, two.pid]).toEqual(['one', 'two', one.pid])
  })

  test('sees none of the relay’s environment', async () => {
    const { answer } = aCrew()
    const { variables } = await answer('look')
    // Node and the channel bring their own few.
    expect(Number(variables)).toBeLessThan(5)
  })

  test.each([
    { fate: 'exit', why: 'it ended with 3' },
    { fate: 'abort', why: 'it was ended by SIGABRT' },
  ])('that falls ($fate) costs its picture and no other', async ({ fate, why }) => {
    const { look, answer, faults } = aCrew()
    const { pid } = await answer('before')
    const fallen = look(fate)
    const after = answer('after')
    expect(await fallen).toEqual({
      ...{ status: 'unread', why, isPassing: true, isFatal: true, stages: {} },
    })
    expect(await after).toMatchObject({ did: 'after' })
    expect((await after).pid).not.toBe(pid)
    expect(faults).toEqual([`picture-child: a child that read a picture was lost: ${why}`])
  })

  test('that hangs is killed at its deadline', async () => {
    const { look, answer } = aCrew()
    const { pid } = await answer('before')
    const hung = await look('hang', 300)
    expect(hung).toMatchObject({ status: 'unread', why: 'it took longer than 300 ms' })
    expect((await answer('after')).pid).not.toBe(pid)
    expect(() => process.kill(Number(pid), 0)).toThrow('ESRCH')
  })

  test.skipIf(process.platform !== 'linux')('that grows is killed', async () => {
    const { look } = aCrew({ maxResidentBytes: 300_000_000 })
    expect(await look('eat')).toMatchObject({ status: 'unread', why: 'it took too much memory' })
  })

  test('that does not start is tried again later, not for each picture', async () => {
    const nowhere = new URL('./no-such-child.ts', import.meta.url)
    const { look, faults } = aCrew({ script: nowhere })
    const why = 'the process that reads pictures does not start'
    const sights = [await look('one'), await look('two')]
    expect(sights).toEqual(Array(2).fill({ status: 'unread', why, isPassing: true, stages: {} }))
    expect(faults).toHaveLength(1)
  })
})

describe('the crew', () => {
  test('tells its children what is banned before the next picture', async () => {
    const { crew, answer } = aCrew()
    const { pid } = await answer('before')
    crew.setBans({ version: 'v2' } as PictureBans)
    expect(await answer('after')).toMatchObject({ bans: 'v2', pid })
  })

  test('tells them to those that follow, too', async () => {
    const { crew, look, answer } = aCrew()
    crew.setBans({ version: 'v1' } as PictureBans)
    await look('exit')
    expect(await answer('after')).toMatchObject({ bans: 'v1' })
  })

  test('serves the urgent before the others', async () => {
    const { look } = aCrew()
    const order: string[] = []
    const note = async (name: string, isUrgent: boolean) => {
      await look(name, 15_000, isUrgent)
      order.push(name)
    }
    await Promise.all([note('first', false), note('later', false), note('stranger', true)])
    expect(order).toEqual(['first', 'stranger', 'later'])
  })

  test('turns away who would wait behind too many, the urgent last', async () => {
    const { look } = aCrew()
    const patient = Array.from({ length: 34 }, (_, at) => look(`${at}`))
    const stranger = look('stranger', 15_000, true)
    const sights = await Promise.all(patient)
    const away = sights.flatMap((sight, at) => (sight.status === 'unread' ? [at] : []))
    // One is read, 32 wait, one finds no room, and the last of those who wait makes some.
    expect(away).toEqual([32, 33])
    expect(await stranger).toMatchObject({ status: 'seen' })
    expect(sights[33]).toMatchObject({ why: 'too many pictures are waiting', isPassing: true })
  })

  test('reads several at once where it may', async () => {
    const { answer } = aCrew({ size: 2 })
    const [one, two] = await Promise.all([answer('one'), answer('two')])
    expect(one.pid).not.toBe(two.pid)
  })

  test('ends its children when it is closed, whatever they are at', async () => {
    const { crew, look, answer } = aCrew()
    const { pid } = await answer('before')
    const hung = look('hang')
    crew.close()
    expect(await hung).toMatchObject({ status: 'unread' })
    await vi.waitFor(() => expect(() => process.kill(Number(pid), 0)).toThrow('ESRCH'))
    expect(await look('after')).toMatchObject({ why: 'too many pictures are waiting' })
  })
})
