import { DatabaseError } from 'pg';
import { EngineError } from '../../protocol/errors.js';

/** Whether the connection was lost or refused, or the server is stopping or starting: in a while it may be there again. */
export const isAway = (error: unknown): boolean => {
	if (error instanceof DatabaseError) return /^(08|57P0|53300)/.test(error.code ?? '');
	const { code = '', message = '' } = error as NodeJS.ErrnoException;
	return NETWORK.has(code) || LOST.test(message);
};

/**
 * Whether another transaction was in the way: a serialisation failure or deadlock (40001, 40P01), or two writers at one
 * content or path, of whom the second has to look again (23503, 23505).
 */
export const isContended = (error: unknown): boolean =>
	error instanceof DatabaseError && /^(40001|40P01|23503|23505)$/.test(error.code ?? '');

/** What the driver says where it has no code. */
const LOST = /^(connection terminated|timeout exceeded when trying to connect|client (has|was).*not queryable)/i;
const NETWORK = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOENT']);

/** What the database said, in our words; whatever is our own mistake stays as it is. */
export const told = (error: unknown): unknown => {
	if (isAway(error))
		return new EngineError('catalog-unreachable', 'The shared catalogue does not answer.', { cause: error });
	if (!(error instanceof DatabaseError)) {
		const { code } = error as NodeJS.ErrnoException;
		if (code !== 'ENOTFOUND' && code !== 'EAI_AGAIN') return error;
		return new EngineError('catalog-unreachable', 'The server of the shared catalogue is not known here.', {
			cause: error,
		});
	}
	switch (error.code) {
		case '25006':
		case '42501':
			return new EngineError('catalog-read-only', 'This catalogue may be read and not changed from here.', {
				cause: error,
			});
		case '28000':
		case '28P01':
		case '3D000':
			return new EngineError('catalog-unreachable', `The shared catalogue refuses: ${error.message}.`, {
				cause: error,
			});
		case '53100':
			return new EngineError('disk-full', 'The server of the shared catalogue has no space left.', { cause: error });
		case 'XX001':
		case 'XX002':
			return new EngineError('catalog-damaged', `The shared catalogue: ${error.message}.`, { cause: error });
		default:
			return error;
	}
};
