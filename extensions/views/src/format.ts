/** A duration with at most three significant digits a unit, as the kernel writes it: `0.4 ms`, `340 ms`, `12.3 s`, `2 min 5 s`, `1 h 10 min`. */
export function duration(seconds: number): string {
  if (seconds < 0.9995) return milliseconds(Math.max(0, seconds) * 1000);
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return withRest(Math.floor(whole / 60), "min", whole % 60, "s");
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return withRest(Math.floor(minutes / 60), "h", minutes % 60, "min");
  const hours = Math.round(seconds / 3600);
  return withRest(Math.floor(hours / 24), "d", hours % 24, "h");
}

const milliseconds = (count: number): string => (count > 0 && count < 0.05 ? "<0.1 ms" : `${count > 0 && count < 9.5 ? count.toFixed(1) : Math.round(count)} ms`);

const withRest = (whole: number, unit: string, rest: number, restUnit: string): string =>
  rest === 0 ? `${whole} ${unit}` : `${whole} ${unit} ${rest} ${restUnit}`;

/** Seconds to go, rounded as guesses are: `about 6 s left`, `about 3 min left`. */
export function timeLeft(seconds: number): string {
  if (seconds < 1) return "about 1 s left";
  if (seconds < 90) return `about ${Math.round(seconds)} s left`;
  return seconds < 5400 ? `about ${Math.round(seconds / 60)} min left` : `about ${Math.round(seconds / 3600)} h left`;
}

const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const DAY = 86_400_000;

/** A time (seconds since 1970) as people say it within a week (`today 14:08`, `Friday 09:00`), else as a date. */
export function when(at: number, now: number = Date.now() / 1000): string {
  const date = new Date(at * 1000);
  const clock = `${pad(date.getHours())}:${pad(date.getMinutes())}`;
  const days = Math.round((midnight(new Date(now * 1000)) - midnight(date)) / DAY);
  if (days === 0) return `today ${clock}`;
  if (days === 1) return `yesterday ${clock}`;
  if (days > 1 && days < 7) return `${WEEKDAYS[date.getDay()]} ${clock}`;
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())} ${clock}`;
}

/** Two or more times so that they can be told apart: with seconds, or thousandths, where minutes or seconds are the same. */
export function apart(times: readonly number[], now: number = Date.now() / 1000): readonly string[] {
  const [first = 0, last = first] = [Math.min(...times), Math.max(...times)];
  if (when(first, now) !== when(last, now)) return times.map((at) => when(at, now));
  const isOneSecond = Math.floor(first) === Math.floor(last);
  return times.map((at) => `${when(at, now)}:${pad(new Date(at * 1000).getSeconds())}${isOneSecond ? (at % 1).toFixed(3).slice(1) : ""}`);
}

/** A time to the second, for titles. */
export const exactly = (at: number): string => {
  const date = new Date(at * 1000);
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())} ${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;
};

const pad = (value: number): string => String(value).padStart(2, "0");
const midnight = (date: Date): number => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();

/** A number with commas between the thousands and at most `digits` significant digits after the point: `336,776`, `0.412`. */
export function number(value: number, digits = 4): string {
  return grouped(Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(digits))));
}

/** A number's text with commas between the thousands. */
export function grouped(text: string): string {
  if (text.includes("e")) return text;
  const [whole = "", ...fraction] = text.split(".");
  return [whole.replace(/\B(?=(\d{3})+$)/g, ","), ...fraction].join(".");
}

/** `text`, or what of it is at most `room` wide with an ellipsis: its start, or its two ends, since names differ there. */
export function shorten(text: string, room: number, width: (text: string) => number, keep: "start" | "ends"): string {
  if (width(text) <= room) return text;
  const letters = [...text];
  let [low, high] = [1, Math.max(1, letters.length - 1)];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (width(kept(letters, middle, keep)) <= room) low = middle;
    else high = middle - 1;
  }
  return kept(letters, low, keep);
}

function kept(letters: readonly string[], count: number, keep: "start" | "ends"): string {
  const tail = keep === "ends" ? Math.floor(count / 2) : 0;
  return `${letters.slice(0, count - tail).join("").trimEnd()}…${letters.slice(letters.length - tail).join("")}`;
}

/** `1 error`, `3 errors`. */
export const count = (n: number, noun: string): string => `${number(n)} ${noun}${n === 1 ? "" : "s"}`;
