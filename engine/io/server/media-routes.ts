import { extname } from 'node:path';
import { type RequestHandler, Router } from 'express';
import type { MediaFiles } from '../../jobs/engine.js';

/** The files of cuts and tracks, in ranges where a player asks for ranges (8.1). */
export const mediaRoutes = (files: MediaFiles): Router => {
	const router = Router();
	router.use((_request, response, next) => {
		// A file may change while an editor works: the browser asks again, and gets 304 where nothing changed.
		response.set('Cache-Control', 'private, no-cache');
		next();
	});
	router.get(
		'/cuts/:id/picture',
		answerFile(id => files.picture(id)),
	);
	router.get(
		'/cuts/:id/poster',
		answerFile(id => files.poster(id)),
	);
	router.get(
		'/tracks/:id/sound',
		answerFile(id => files.sound(id)),
	);
	router.get(
		'/crops/:id',
		answerFile(name => files.crop(name)),
	);
	router.get('/tracks/:id/cover', async (request, response) => {
		const cover = await files.cover(request.params.id);
		response.type(cover.type).send(Buffer.from(cover.bytes));
	});
	return router;
};

/** Types that players know better under another name than the registered one. */
const PLAYABLE_TYPES: Readonly<Record<string, string>> = {
	'.mov': 'video/mp4',
	'.m4v': 'video/mp4',
	'.m4a': 'audio/mp4',
};

const answerFile =
	(pathOf: (id: string) => Promise<string>): RequestHandler<{ id: string }> =>
	async (request, response, next) => {
		const path = await pathOf(request.params.id);
		const type = PLAYABLE_TYPES[extname(path).toLowerCase()];
		if (type !== undefined) response.type(type);
		response.sendFile(path, { dotfiles: 'allow', cacheControl: false }, error => {
			// A player that seeks breaks off the answer it no longer needs.
			if (error && !response.headersSent) next(error);
		});
	};
