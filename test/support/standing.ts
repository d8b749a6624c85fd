// A desk that knows no server, for tests that are about something else.
import type { StandingDesk } from '../../src/standing/desk.ts'

const unknown = { standing: 'unknown', grace: false, reasons: [] } as const

export const nobodyStands: StandingDesk = {
  notices: {
    isRefused: () => false,
    open: () => Promise.reject(new Error('no notice is given here')),
    takenBack: async () => {},
    refresh: async () => {},
    close: () => {},
  },
  of: async () => unknown,
  look: async (domain) => ({
    domain,
    ...unknown,
    past: undefined,
    notices: [],
    description: undefined,
  }),
}
