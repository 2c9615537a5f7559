import type { ErrorRequestHandler, Response } from 'express';
import { EngineError, ERRORS, type ErrorCode } from '../../protocol/errors.js';

/** Any failure as its code and one sentence. A failure without a code tells nothing of the engine's insides (3.6). */
export const refusalOf = (error: unknown): { code: ErrorCode; detail: string } => {
	if (error instanceof EngineError) {
		const [detail = '', ...more] = error.message.split('\n');
		// Our own mistakes come from other threads as whole stacks.
		if (error.code !== 'internal' || more.length === 0) return { code: error.code, detail };
	}
	if (error instanceof Error && error.name === 'AbortError') return { code: 'cancelled', detail: 'cancelled' };
	return { code: 'internal', detail: 'something went wrong inside the engine' };
};

/** Answers a failure over HTTP (1.8). */
export const refuse = (response: Response, status: number, code: ErrorCode, detail: string): void => {
	response.status(status).json({ error: { code, detail, remedy: ERRORS[code].remedy } });
};

/** Answers whatever a handler threw. Its four parameters are what tells Express that it handles errors. */
export const answerFailure: ErrorRequestHandler = (error: unknown, _request, response: Response, next) => {
	if (response.headersSent) return next(error);
	response.removeHeader('Content-Type');
	const status = statusOf(error);
	if (status === 416) {
		if (hasHeaders(error)) response.set(error.headers);
		return refuse(response, 416, 'bad-request', 'the range lies outside the file');
	}
	if (status === 404) return refuse(response, 404, 'file-missing', 'the file is not where it was');
	if (status !== undefined && status < 500) return refuse(response, status, 'bad-request', 'the request is malformed');
	const { code, detail } = refusalOf(error);
	refuse(response, HTTP_STATUS[code] ?? (ERRORS[code].exit <= 3 ? 422 : 500), code, detail);
};

const HTTP_STATUS: Partial<Record<ErrorCode, number>> = {
	'bad-request': 400,
	'not-found': 404,
	'file-missing': 404,
	'media-absurd': 413,
	'disk-full': 507,
};

/** The HTTP status that Express and send attach to their own errors. */
const statusOf = (error: unknown): number | undefined =>
	error instanceof Error && 'status' in error && typeof error.status === 'number' ? error.status : undefined;

const hasHeaders = (error: unknown): error is { headers: Record<string, string> } =>
	error instanceof Error && 'headers' in error && typeof error.headers === 'object' && error.headers !== null;
