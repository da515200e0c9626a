import * as z from 'zod';
import type { EXPECTATION_SUBJECTS, EXPECTATION_TIMES } from '../words.ts';
import { count, duration, interval, part } from './scalars.ts';

const text = z.string().describe('The text, or /a regular expression/.');

const podNames = z
  .union([z.array(z.string()), count])
  .describe('Exactly these pods (a trailing * makes a prefix), or how many.');

/** When something must be so: exactly one of these. */
const expectationTimes = {
  at: duration.optional().describe('In the state in force at this moment.'),
  by: duration.optional().describe('At some moment up to this one.'),
  between: interval.optional().describe('At some moment in the interval.'),
  during: interval.optional().describe('At every moment of the interval, its end not included.'),
  never: z
    .union([z.literal(true), interval])
    .optional()
    .describe('At no moment (of the interval).'),
} satisfies Record<(typeof EXPECTATION_TIMES)[number], z.ZodType>;

/** What must be so: exactly one of these. */
const expectationSubjects = {
  object: part
    .optional()
    .describe(
      'An object of which every field named here has that value; lists match by key, /regex/ and ">= 2" compare.',
    ),
  event: z
    .strictObject({
      reason: text.optional(),
      message: text.optional(),
      type: z.enum(['Normal', 'Warning']).optional().describe('Normal or Warning.'),
      object: z
        .union([z.string(), part])
        .optional()
        .describe('What it is about: kind/name (a trailing * makes a prefix), or part of its involvedObject.'),
      component: text.optional().describe('Who reported it: kubelet, default-scheduler, …'),
      count: count.optional().describe('How often the event was counted.'),
    })
    .optional()
    .describe('A Kubernetes Event.'),
  probe: z
    .strictObject({
      container: text.optional(),
      pod: text.optional(),
      probe: z.enum(['startup', 'readiness', 'liveness']).optional().describe('Which probe.'),
      result: z.enum(['success', 'failure', 'warning', 'error']).optional().describe('How the attempt ended.'),
      output: text.optional(),
      count: count.optional().describe('How many attempts.'),
    })
    .optional()
    .describe('A probe attempt.'),
  endpoints: z
    .strictObject({
      service: z.string().describe('Name of the Service.'),
      namespace: z.string().optional().describe('Default: any.'),
      ready: podNames.optional(),
      notReady: podNames.optional(),
      serving: podNames.optional(),
      terminating: podNames.optional(),
    })
    .optional()
    .describe("A Service's endpoints, over all of its EndpointSlices."),
  request: z
    .strictObject({
      client: text.optional(),
      status: z.union([z.int(), z.string()]).optional().describe('Status code, or a comparison.'),
      error: z.union([z.boolean(), z.string()]).optional().describe('true: it failed; or the text.'),
      count: count.optional().describe('How many requests.'),
    })
    .optional()
    .describe("A request of a step's client."),
} satisfies Record<(typeof EXPECTATION_SUBJECTS)[number], z.ZodType>;

export const expectation = z
  .strictObject({
    ...expectationTimes,
    ...expectationSubjects,
    absent: z.literal(true).optional().describe('Turns an object or event around: nothing like it is there.'),
  })
  .describe('What must be true: one moment or interval, one subject.');
