import { z } from 'zod';
import { ERRORS, type ErrorCode } from './errors.js';

export const seconds = z.number().finite();

export const span = z.object({ start: seconds, end: seconds });

export const id = z.string().min(1).max(64);

export const path = z.string().min(1).max(4096);

export const code = z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]);

/** A curve for drawing: value k covers the time from k / rate to (k + 1) / rate; values in [0, 1]. */
export const curve = z.object({ rate: z.number().positive(), values: z.array(z.number()) });
export type Curve = z.infer<typeof curve>;

export const rated = { confidence: z.number().min(0).max(1) };

export const moments = z.object({ mean: z.number(), deviation: z.number() });

export const bounds = (value: z.ZodNumber) => z.object({ from: value.optional(), to: value.optional() }).optional();
