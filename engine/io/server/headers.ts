import type { RequestHandler } from 'express';

/** Headers of every answer (8.3): nothing is sniffed, framed, or read by another origin; pages load from here only. */
export const strictHeaders =
	(port: number): RequestHandler =>
	(_request, response, next) => {
		response.set({
			'Content-Security-Policy': [
				"default-src 'none'",
				"script-src 'self'",
				// React Spectrum and wavesurfer.js write style elements at run time.
				"style-src 'self' 'unsafe-inline'",
				"img-src 'self' data: blob:",
				"media-src 'self' blob:",
				"font-src 'self' data:",
				// WebKit does not count a WebSocket as 'self'.
				`connect-src 'self' ws://127.0.0.1:${port}`,
				"worker-src 'self' blob:",
				"base-uri 'none'",
				"form-action 'none'",
				"frame-ancestors 'none'",
			].join('; '),
			'Cross-Origin-Opener-Policy': 'same-origin',
			'Cross-Origin-Resource-Policy': 'same-origin',
			'Referrer-Policy': 'no-referrer',
			'X-Content-Type-Options': 'nosniff',
			'X-Frame-Options': 'DENY',
		});
		next();
	};
