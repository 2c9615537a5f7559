import { z } from 'zod';
import { EngineError, ERRORS, type ErrorCode } from '../../engine/protocol/errors.js';

export type Uploaded = { readonly upload: string; readonly name: string };

export type SendFile = (
	file: File,
	onProgress: (sent: number, total: number) => void,
	signal: AbortSignal,
) => Promise<Uploaded>;

const uploaded = z.object({ upload: z.string(), name: z.string() });
const refusal = z.object({ error: z.object({ code: z.string(), detail: z.string() }) });

/**
 * Copies a file to the engine, which can't see where a dropped one came from. XMLHttpRequest because fetch doesn't tell
 * how much of a body has been sent. Rejects with an EngineError.
 */
export const sendFile: SendFile = (file, onProgress, signal) =>
	new Promise((resolve, reject) => {
		const request = new XMLHttpRequest();
		const url = new URL('uploads', document.baseURI);
		url.searchParams.set('name', file.name);
		request.open('POST', url);
		request.setRequestHeader('Content-Type', 'application/octet-stream');
		request.upload.addEventListener('progress', ({ loaded, total }) => onProgress(loaded, total));
		request.addEventListener('load', () => {
			const answer = uploaded.safeParse(parse(request.responseText));
			if (request.status === 200 && answer.success) resolve(answer.data);
			else reject(refusalOf(request.responseText, file.name));
		});
		request.addEventListener('error', () => reject(new EngineError('engine-lost', 'the engine went away')));
		request.addEventListener('abort', () => reject(new EngineError('cancelled', 'cancelled')));
		signal.addEventListener('abort', () => request.abort());
		// Before the first byte is gone it is known already how many there are.
		onProgress(0, file.size);
		request.send(file);
	});

const refusalOf = (text: string, name: string): EngineError => {
	const { data } = refusal.safeParse(parse(text));
	return data && data.error.code in ERRORS
		? new EngineError(data.error.code as ErrorCode, data.error.detail)
		: new EngineError('internal', `the engine did not take ${name}`);
};

const parse = (text: string): unknown => {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
};
