import * as z from 'zod';
import { parseDuration } from '../../core/duration.ts';
import { DURATION_PATTERN, PATTERN_HINTS } from '../words.ts';

const [OBJECT_NAME = '', COMPARISON = ''] = Object.keys(PATTERN_HINTS);

/** A Go duration, not negative; milliseconds once read. */
export const duration = z
  .string()
  .regex(new RegExp(DURATION_PATTERN, 'u'))
  .transform((text) => parseDuration(text) ?? Number.NaN);

export const port = z.int().min(1).max(65_535);

/** `[10s, 1m]`. */
export const interval = z.tuple([duration, duration]);

/** Counted from the process's start. */
export const windowFields = {
  from: duration.optional().describe('Begins so long after the process started. Default: at once.'),
  until: duration.optional().describe('Ends so long after the process started. Default: never.'),
};

/** `pod/bookstore-v1`, `deployment/web`. */
export const objectName = z.string().regex(new RegExp(OBJECT_NAME, 'u'));

export const namespace = z.string().optional().describe('Default: the one that has an object of this name.');

/** A number, or a comparison such as `">= 2"`. */
export const count = z.union([z.int().min(0), z.string().regex(new RegExp(COMPARISON, 'u'))]);

/** Any part of an object. */
export const part = z.record(z.string(), z.unknown());
