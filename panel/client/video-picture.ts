import type { Seconds } from '../../engine/time/time.js';
import type { Picture } from './player.js';

/** How little of a change of speed is worth asking a decoder for. */
const STEP = 0.002;

/**
 * A video element as the player's picture.
 *
 * @param setLevel - of its own sound
 */
export const videoPicture = (video: HTMLVideoElement, setLevel: (gain: number) => void): Picture => ({
	position: () => (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && !video.seeking ? video.currentTime : null),
	play: () => {
		// Refused where the page was never touched, or when a pause overtakes it; the sound leads in either case.
		video.play().catch(() => undefined);
	},
	pause: () => video.pause(),
	seek: (to: Seconds) => {
		if (Math.abs(video.currentTime - to) > 1e-4) video.currentTime = to;
	},
	setSpeed: speed => {
		if (Math.abs(video.playbackRate - speed) > STEP || (speed === 1 && video.playbackRate !== 1)) {
			video.playbackRate = speed;
		}
	},
	setVolume: setLevel,
});
