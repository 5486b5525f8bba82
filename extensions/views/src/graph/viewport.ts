import type { Camera } from "../geometry";

const GLIDE = 130;

/** Where the graph is looked at from: by hand it moves at once, else smoothly unless the reader wants no motion. */
export class Viewport {
  /** Where it stands, or where it is moving to. */
  camera: Camera = { x: 0, y: 0, scale: 1 };
  private shown = this.camera;
  private frame = 0;

  constructor(private readonly draw: (camera: Camera) => void) {}

  jump(camera: Camera): void {
    cancelAnimationFrame(this.frame);
    this.camera = camera;
    this.show(camera);
  }

  glide(camera: Camera): void {
    const from = this.shown;
    const isNear = Math.hypot(camera.x - from.x, camera.y - from.y) < 1 && Math.abs(camera.scale - from.scale) < 0.001;
    if (isNear || document.hidden || matchMedia("(prefers-reduced-motion: reduce)").matches) return this.jump(camera);
    cancelAnimationFrame(this.frame);
    this.camera = camera;
    const start = performance.now();
    const step = (now: number): void => {
      const part = Math.min(1, Math.max(0, (now - start) / GLIDE));
      const done = 1 - (1 - part) ** 3;
      const between = (a: number, b: number): number => a + (b - a) * done;
      this.show({ x: between(from.x, camera.x), y: between(from.y, camera.y), scale: between(from.scale, camera.scale) });
      if (part < 1) this.frame = requestAnimationFrame(step);
    };
    this.frame = requestAnimationFrame(step);
  }

  private show(camera: Camera): void {
    this.shown = camera;
    this.draw(camera);
  }
}
