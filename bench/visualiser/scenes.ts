import { type Random, seededRandom } from '../../engine/numeric/random.js';
import type { Shot } from './shots.js';
import type { SceneName, Style } from './style.js';

/** Pictures are drawn on 160 × 90 units, whatever their size in pixels. */
export const WIDTH = 160;
export const HEIGHT = 90;

/** What a scene is drawn from at one frame. */
type View = {
	/** How far the scene has moved: grows with time, faster where it is loud. */
	readonly phase: number;
	/** How much the newest sound shows, in [0, 1]. */
	readonly pulse: number;
	/** How much there is of everything, in [0, 1]. */
	readonly density: number;
	readonly level: number;
	readonly colour: (tint: number, lightness: number, alpha?: number) => string;
	/** What stays the same in the shot: each object's place, size and manner. */
	readonly things: readonly Thing[];
};

type Thing = {
	readonly x: number;
	readonly y: number;
	readonly size: number;
	readonly speed: number;
	readonly tint: number;
};

const MOST_THINGS = 40;

/** Draws one shot: the SVG of each of its frames from how far it has moved and what is heard at the moment. */
export const sceneDrawer = (shot: Shot, style: Style): ((phase: number, pulse: number) => string) => {
	const random = seededRandom(shot.seed);
	const things = Array.from({ length: MOST_THINGS }, () => thing(random));
	const colour = palette(shot, style);
	const draw = SCENE_DRAWINGS[shot.scene];
	const flip = style.mirrored ? ` transform="translate(${WIDTH} 0) scale(-1 1)"` : '';
	return (phase, pulse) => {
		const view = { phase, pulse: style.pulse * pulse, density: shot.pace, level: shot.level, colour, things };
		return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}"><g${flip}>${draw(view)}</g></svg>`;
	};
};

const thing = (random: Random): Thing => ({
	x: random.uniform(),
	y: random.uniform(),
	size: random.between(0.5, 1.5),
	speed: random.between(0.5, 1.5),
	tint: random.uniform(),
});

/** Dark sound is warm and dark, bright sound cool and light; loud sound is more saturated. */
const palette = ({ brightness, level }: Shot, { hueShift, saturation }: Style): View['colour'] => {
	const hue = 0.02 + 0.6 * brightness + hueShift;
	const full = saturation * (0.4 + 0.8 * level);
	const lift = 0.75 + 0.5 * brightness;
	return (tint, lightness, alpha = 1) =>
		`hsla(${Math.round(360 * (((hue + 0.12 * (tint - 0.5)) % 1) + 1)) % 360},${percent(full)},${percent(lightness * lift)},${alpha.toFixed(2)})`;
};

const percent = (share: number): string => `${Math.round(100 * Math.min(1, Math.max(0, share)))}%`;

const SCENE_DRAWINGS: Readonly<Record<SceneName, (view: View) => string>> = {
	hills: ({ phase, pulse, level, colour, things }) => {
		const layers = [0, 1, 2, 3].map(layer => {
			const { x, size } = things[layer]!;
			const top = 30 + 14 * layer;
			const points = Array.from({ length: 17 }, (_, k) => {
				const along = k * 10;
				const wave = Math.sin(along / (18 * size) + x * 9 + phase * (0.4 + 0.3 * layer));
				return `${along},${(top + (6 + 8 * level) * wave).toFixed(1)}`;
			});
			return polygon([`0,${HEIGHT}`, ...points, `${WIDTH},${HEIGHT}`], colour(0.2 * layer, 0.45 - 0.1 * layer));
		});
		const sun = disc(WIDTH * (0.2 + 0.6 * things[5]!.x), 24, 8 + 5 * pulse, colour(0.9, 0.8));
		return background(colour(0.1, 0.65)) + sun + layers.join('');
	},
	orbs: ({ phase, pulse, density, colour, things }) =>
		background(colour(0, 0.2)) +
		things
			.slice(0, 3 + Math.round(5 * density))
			.map(({ x, y, size, speed, tint }) =>
				disc(
					WIDTH * (x + 0.2 * Math.sin(phase * 0.5 * speed + 6 * y)),
					HEIGHT * (y + 0.2 * Math.cos(phase * 0.4 * speed + 6 * x)),
					(14 + 6 * pulse) * size,
					colour(tint, 0.55, 0.6),
				),
			)
			.join(''),
	waves: ({ phase, pulse, density, level, colour, things }) =>
		background(colour(0.5, 0.25)) +
		things
			.slice(0, 4 + Math.round(6 * density))
			.map(({ y, size, speed, tint }) => {
				const points = Array.from({ length: 33 }, (_, k) => {
					const swing = (5 + 18 * level + 6 * pulse) * Math.sin(k / (3.5 * size) + phase * speed + 6 * tint);
					return `${k * 5},${(HEIGHT * (0.15 + 0.7 * y) + swing).toFixed(1)}`;
				});
				return line(points, 1.5 * size, colour(tint, 0.65, 0.85));
			})
			.join(''),
	petals: ({ phase, pulse, density, colour, things }) => {
		const petals = 5 + Math.round(9 * density);
		const { size, x, y } = things[0]!;
		return (
			background(colour(0.8, 0.3)) +
			Array.from({ length: petals }, (_, k) => {
				const turn = (360 * k) / petals + 20 * phase;
				const length = (24 + 12 * pulse) * size;
				return `<ellipse cx="${length}" cy="0" rx="${length.toFixed(1)}" ry="${(length / 3).toFixed(1)}" fill="${colour(k / petals, 0.6, 0.7)}" transform="translate(${WIDTH * (0.35 + 0.3 * x)} ${HEIGHT * (0.35 + 0.3 * y)}) rotate(${turn.toFixed(1)})"/>`;
			}).join('')
		);
	},
	lattice: ({ phase, pulse, density, colour, things }) => {
		const cell = 22 - 12 * density;
		const { x, tint } = things[0]!;
		const tiles: string[] = [];
		for (let row = -1; row * cell < HEIGHT + cell; row++) {
			for (let column = -1; column * cell < WIDTH + cell; column++) {
				if ((row + column) % 2 !== 0) continue;
				const shift = (phase * 6) % (2 * cell);
				const side = cell * (0.85 + 0.25 * pulse);
				tiles.push(
					box(column * cell + shift - cell, row * cell + x * cell, side, side, colour((tint + row / 9) % 1, 0.6)),
				);
			}
		}
		return background(colour(tint, 0.22)) + tiles.join('');
	},
	bars: ({ phase, pulse, density, level, colour, things }) => {
		const count = 8 + Math.round(16 * density);
		const width = WIDTH / count;
		return (
			background(colour(0.3, 0.12)) +
			Array.from({ length: count }, (_, k) => {
				const { x, speed, tint } = things[k]!;
				const swing = 0.5 + 0.5 * Math.sin(phase * 2 * speed + 6 * x);
				const height = HEIGHT * (0.1 + (0.3 + 0.5 * level) * swing + 0.2 * pulse);
				return box(k * width, HEIGHT - height, width * 0.85, height, colour(tint, 0.6));
			}).join('')
		);
	},
	sparks: ({ phase, pulse, density, colour, things }) =>
		background(colour(0.6, 0.08 + 0.2 * pulse)) +
		things
			.slice(0, 12 + Math.round(28 * density))
			.map(({ x, y, size, speed, tint }) => {
				const far = (y + phase * 0.25 * speed) % 1;
				const angle = 2 * Math.PI * x;
				const [dx, dy] = [Math.cos(angle), Math.sin(angle)];
				const from = 100 * far;
				const to = from + (6 + 16 * far) * size;
				const ends = [from, to].map(r => `${(WIDTH / 2 + r * dx).toFixed(1)},${(HEIGHT / 2 + r * dy).toFixed(1)}`);
				return line(ends, (0.6 + 2 * far) * size, colour(tint, 0.75));
			})
			.join(''),
	tunnel: ({ phase, pulse, density, colour, things }) => {
		const sides = 3 + Math.round(5 * things[0]!.x);
		const rings = 6 + Math.round(6 * density);
		return (
			background(colour(0.4, 0.1)) +
			Array.from({ length: rings }, (_, k) => {
				const far = 1 - ((k / rings + phase * 0.2) % 1);
				const radius = 6 + 110 * (1 - far) ** 1.5 * (1 + 0.3 * pulse);
				const points = Array.from({ length: sides }, (_unused, corner) => {
					const angle = (2 * Math.PI * corner) / sides + phase * 0.3 + far;
					return `${(WIDTH / 2 + radius * Math.cos(angle)).toFixed(1)},${(HEIGHT / 2 + radius * Math.sin(angle)).toFixed(1)}`;
				});
				return `<polygon points="${points.join(' ')}" fill="none" stroke="${colour(k / rings, 0.7)}" stroke-width="${(1 + 4 * (1 - far)).toFixed(1)}"/>`;
			}).join('')
		);
	},
};

const background = (fill: string): string => box(0, 0, WIDTH, HEIGHT, fill);

const box = (x: number, y: number, width: number, height: number, fill: string): string =>
	`<rect x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${width.toFixed(1)}" height="${height.toFixed(1)}" fill="${fill}"/>`;

const disc = (x: number, y: number, radius: number, fill: string): string =>
	`<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${radius.toFixed(1)}" fill="${fill}"/>`;

const polygon = (points: readonly string[], fill: string): string =>
	`<polygon points="${points.join(' ')}" fill="${fill}"/>`;

const line = (points: readonly string[], width: number, stroke: string): string =>
	`<polyline points="${points.join(' ')}" fill="none" stroke="${stroke}" stroke-width="${width.toFixed(1)}"/>`;
