import { EngineError, type ErrorCode } from '../../engine/protocol/errors.js';

/** Premiere's own words for a failure, with what we were doing. */
export const refused = (what: string, cause: unknown, code: ErrorCode = 'host-refused'): EngineError => {
	const words = cause instanceof Error ? cause.message : String(cause);
	return new EngineError(code, `${what}: ${words.replace(/\s+/g, ' ').trim() || 'Premiere gave no reason'}`, { cause });
};
