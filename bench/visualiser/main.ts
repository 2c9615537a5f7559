import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { findFfmpeg } from '../../engine/io/media/find-ffmpeg.js';
import { EngineError } from '../../engine/protocol/errors.js';
import { FRAME_RATES, makeCorpus, type Order } from './corpus.js';

const HELP = `npm run visualise -- MUSIC CLIPS [options]

Renders every track of a folder to a video whose motion, colour and cutting follow the music, in a style of its own.
The clips are made-up pictures for real music: good for proving that extraction, training and evaluation work from
pixels and sound on, and no measure of how well music is found for real edits.

  --seconds N     of each track, from its start (default 90)
  --shortest N    leave out tracks shorter than this many seconds (default 30)
  --fps N         frames a second: 10, 16, 20 or 25 (default 10)
  --width N       pixels; the height is 9/16 of it (default 160)
  --limit N       tracks (default: all), spread over the folder
  --cutting HOW   music: cuts follow onsets and pace; independent: they fall at random (default music)
  --seed N        another seed gives every track another style (default 1)

Each clip lies beside a .json with its shots, style and track, and an .otio with its cuts. corpus.json lists all; pairs.csv is a
table for segue train and segue evaluate that takes the cuts from the timelines instead of looking for them. Clips that are there already are kept,
so a run that was stopped goes on where it was.`;

const main = async (): Promise<void> => {
	const order = readOrder();
	if (order === null) {
		console.error(HELP);
		process.exitCode = 2;
		return;
	}
	const programs = findFfmpeg();
	if (programs === null) throw new EngineError('ffmpeg-missing', 'no ffmpeg was found');
	const stop = new AbortController();
	process.once('SIGINT', () => stop.abort());

	const started = performance.now();
	await makeCorpus(
		order,
		programs,
		(clip, done, total) => {
			const left = ((performance.now() - started) / 1000 / done) * (total - done);
			const outcome = clip === null ? 'too short or without sound' : clip.video;
			console.error(`${done} of ${total}, about ${Math.ceil(left)} s left: ${outcome}`);
		},
		stop.signal,
	);
};

/** Null where the call is wrong or asks for help. */
const readOrder = (): Order | null => {
	const { values, positionals } = parseArgs({
		allowPositionals: true,
		options: {
			seconds: { type: 'string', default: '90' },
			shortest: { type: 'string', default: '30' },
			fps: { type: 'string', default: '10' },
			width: { type: 'string', default: '160' },
			limit: { type: 'string', default: '1000000' },
			cutting: { type: 'string', default: 'music' },
			seed: { type: 'string', default: '1' },
			help: { type: 'boolean', default: false },
		},
	});
	const [music, clips] = positionals;
	const { cutting } = values;
	if (values.help || !music || !clips || (cutting !== 'music' && cutting !== 'independent')) return null;
	const [seconds, shortest, fps, width, limit, seed] = [
		Number(values.seconds),
		Number(values.shortest),
		Number(values.fps),
		Number(values.width),
		Number(values.limit),
		Number(values.seed),
	];
	if (!(seconds >= 2 && shortest >= 2 && width >= 32 && limit >= 1) || !FRAME_RATES.includes(fps)) return null;
	if (!Number.isInteger(seed)) return null;
	return { music: resolve(music), clips: resolve(clips), seconds, shortest, fps, width, limit, cutting, seed };
};

await main();
