import type { Suggestion } from '../../engine/protocol/messages.js';
import type { Seconds } from '../../engine/time/time.js';
import type { Placement } from '../state/playback.js';
import type { Programme } from '../state/player-state.js';
import { reduce } from '../state/reducer.js';
import { Store } from '../state/store.js';
import { heardOf, initialState, resultsOf, shownOf, type ViewState } from '../state/view-state.js';
import { Commands } from './commands/commands.js';
import { EngineClient, type Timer } from './engine-client.js';
import { Player } from './player.js';
import { openWebSocket } from './socket.js';
import { Sounds } from './sounds.js';
import { sendFile } from './upload.js';
import { videoPicture } from './video-picture.js';
import { cropDecoder, WebAudioOutput } from './web-audio.js';

export type Listening = Pick<Programme, 'loop' | 'ownSound'> & {
	/** A stretch of the cut with a stretch of the song, heard alone; the whole again when it has ended. */
	readonly pair: Placement | null;
};

/** The page's parts, put together on the browser's own socket, sound and clock. */
export class Page {
	readonly store = new Store(reduce, initialState);
	readonly commands: Commands;
	readonly player: Player<AudioBuffer>;
	readonly #output = new WebAudioOutput();
	readonly #sounds = new Sounds(cropDecoder());
	readonly #client: EngineClient;
	/** How things are listened to. */
	readonly listening = new Store<Listening, Partial<Listening>>((now, change) => ({ ...now, ...change }), {
		loop: false,
		ownSound: 'off',
		pair: null,
	});

	constructor(version: string) {
		this.#client = new EngineClient(openWebSocket, timer, version, {
			onStatus: status => this.store.dispatch({ type: 'status', status }),
			onCatalog: catalog => this.store.dispatch({ type: 'catalog', catalog }),
			onHost: host => {
				const before = this.store.state;
				this.store.dispatch({ type: 'host', host });
				this.commands.hostChanged(before);
			},
			onConnection: connection => {
				const before = this.store.state;
				this.store.dispatch({ type: 'connection', connection });
				if (connection.state === 'ready') this.commands.resume(before);
			},
		});
		this.commands = new Commands({ store: this.store, engine: this.#client }, sendFile, () => location.reload());
		this.player = new Player(this.#output, this.#sounds, every);
	}

	/** Connects, and keeps the player on what the page shows. Answers what ends both. */
	open(): () => void {
		let before = this.store.state;
		const follow = (): void => {
			const state = this.store.state;
			this.#follow(before, state);
			before = state;
		};
		const stops = [
			this.store.subscribe(follow),
			this.listening.subscribe(() => this.#setProgramme(this.store.state)),
			this.player.onChange(this.#endPair()),
		];
		this.#client.connect();
		return () => {
			for (const stop of stops) stop();
			this.#client.close();
			this.player.setProgramme(null);
		};
	}

	/** Has the player show its picture in a video element; null where there is none any more. */
	showIn(video: HTMLVideoElement | null): void {
		this.player.attach(video && videoPicture(video, this.#output.levelOf(video)));
	}

	/** Plays one stretch of the cut with one of the song. */
	hearPair(pair: Placement): void {
		this.player.pause();
		this.listening.dispatch({ pair });
		this.player.seek(pair.range.start);
		this.player.play();
	}

	/** What a pair that has ended, or was stopped, leaves behind is the whole crop. */
	#endPair(): () => void {
		let before = this.player.state.state;
		return () => {
			const { state } = this.player.state;
			const ended = before !== 'stopped' && state === 'stopped';
			before = state;
			if (ended && this.listening.state.pair !== null) this.listening.dispatch({ pair: null });
		};
	}

	#follow(before: ViewState, { cut }: ViewState): void {
		if (before.cut === cut) return;
		const [was, is] = [before.cut, cut].map(each => (each.state === 'open' ? each.cut : null));
		if (was !== is) {
			this.player.setProgramme(null);
			// Narration is what an editor works to; a cut's other sound is mostly the music that is to be replaced.
			this.listening.dispatch({ ownSound: is && is.speech.length > 0 ? 'ducked' : 'off' });
		}
		this.#setProgramme(this.store.state);
		const results = resultsOf(cut);
		if (results === null || results === resultsOf(before.cut)) return;
		const shown = shownOf(results);
		const near = [0, 1, -1, 2].flatMap(by => shown[results.selected + by] ?? []);
		this.#sounds.preload([...new Set([...near, ...shown.slice(0, 3)])]);
	}

	#setProgramme({ cut }: ViewState): void {
		if (cut.state !== 'open') return;
		const { pair, ...listening } = this.listening.state;
		const suggestion = heardOf(cut);
		this.player.setProgramme({
			range: pair?.range ?? cut.range,
			rate: cut.cut.rate,
			speech: cut.cut.speech,
			suggestion: suggestion && pair ? pairOf(suggestion, pair) : suggestion,
			...listening,
		});
	}
}

/** The pair alone, as a suggestion of its own: its stretch of the song, for its stretch of the cut. */
const pairOf = (suggestion: Suggestion, { range, crop }: Placement): Suggestion => ({
	...suggestion,
	range,
	crop,
	plan: {
		pieces: [{ song: crop, at: 0, fadeIn: PAIR_FADE, fadeOut: PAIR_FADE }],
		joins: [],
		ending: { kind: 'fade', at: range.end - range.start },
	},
});

/** Out of a song's middle, and gone before its next sound. */
const PAIR_FADE: Seconds = 0.03;

const timer: Timer = (milliseconds, then) => {
	const id = setTimeout(then, milliseconds);
	return () => clearTimeout(id);
};

const every: Timer = (milliseconds, then) => {
	const id = setInterval(then, milliseconds);
	return () => clearInterval(id);
};
