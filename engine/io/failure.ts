import { EngineError, type ErrorCode } from '../protocol/errors.js';

/** An error as plain data: what is not the world's failure is our own mistake, 'internal'. */
export const failureOf = (error: unknown): { readonly code: ErrorCode; readonly detail: string } => {
	if (error instanceof EngineError) return { code: error.code, detail: error.message };
	if (error instanceof Error && error.name === 'AbortError') return { code: 'cancelled', detail: 'It was cancelled.' };
	return { code: 'internal', detail: error instanceof Error ? (error.stack ?? error.message) : String(error) };
};
