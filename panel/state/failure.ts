import { EngineError, ERRORS, type ErrorCode } from '../../engine/protocol/errors.js';

/** What went wrong, for showing: a stable code, one sentence, and what to do about it. */
export type Failure = { readonly code: ErrorCode; readonly detail: string; readonly remedy: string };

export const failureOf = (error: unknown): Failure => {
	if (error instanceof EngineError) return failure(error.code, error.message);
	return failure('internal', error instanceof Error ? error.message : String(error));
};

export const failure = (code: ErrorCode, detail: string): Failure => ({ code, detail, remedy: ERRORS[code].remedy });
