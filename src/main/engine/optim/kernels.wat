;; AdamW's passes over flat float32 arrays in shared memory, four elements at a time, counted in double precision.
;;
;; Every sum and product is that of `adamw.ts` in the same order, so both give the same bits. Addresses are bytes and
;; multiples of 16; lengths are elements and multiples of 4. `npm run kernels` writes `kernels-wasm.ts` from this file.
(module
  (import "host" "memory" (memory 1 65536 shared))

  (func $low (param $x v128) (result v128)
    (f64x2.promote_low_f32x4 (local.get $x)))

  (func $high (param $x v128) (result v128)
    (f64x2.promote_low_f32x4
      (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $x) (local.get $x))))

  (func $join (param $low v128) (param $high v128) (result v128)
    (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
      (f32x4.demote_f64x2_zero (local.get $low)) (f32x4.demote_f64x2_zero (local.get $high))))

  ;; a x + b y
  (func $blend (param $a v128) (param $x v128) (param $b v128) (param $y v128) (result v128)
    (f64x2.add (f64x2.mul (local.get $a) (local.get $x)) (f64x2.mul (local.get $b) (local.get $y))))

  ;; keep v + (take g) g
  (func $square (param $keep v128) (param $v v128) (param $take v128) (param $g v128) (result v128)
    (f64x2.add
      (f64x2.mul (local.get $keep) (local.get $v))
      (f64x2.mul (f64x2.mul (local.get $take) (local.get $g)) (local.get $g))))

  ;; shrink p - (size m) / (sqrt(v) + epsilon)
  (func $moved (param $shrink v128) (param $p v128) (param $size v128) (param $m v128) (param $v v128)
    (param $epsilon v128) (result v128)
    (f64x2.sub
      (f64x2.mul (local.get $shrink) (local.get $p))
      (f64x2.div
        (f64x2.mul (local.get $size) (local.get $m))
        (f64x2.add (f64x2.sqrt (local.get $v)) (local.get $epsilon)))))

  (func (export "update")
    (param $p i32) (param $m i32) (param $v i32) (param $g i32) (param $n i32)
    (param $keepFirst f64) (param $takeFirst f64) (param $keepSecond f64) (param $takeSecond f64)
    (param $stepSize f64) (param $epsilon f64) (param $shrink f64)
    (local $kf v128) (local $tf v128) (local $ks v128) (local $ts v128)
    (local $size v128) (local $eps v128) (local $sh v128) (local $i i32) (local $end i32)
    (local $g0 v128) (local $g1 v128) (local $m0 v128) (local $m1 v128) (local $v0 v128) (local $v1 v128)
    (local.set $kf (f64x2.splat (local.get $keepFirst)))
    (local.set $tf (f64x2.splat (local.get $takeFirst)))
    (local.set $ks (f64x2.splat (local.get $keepSecond)))
    (local.set $ts (f64x2.splat (local.get $takeSecond)))
    (local.set $size (f64x2.splat (local.get $stepSize)))
    (local.set $eps (f64x2.splat (local.get $epsilon)))
    (local.set $sh (f64x2.splat (local.get $shrink)))
    (local.set $end (i32.shl (local.get $n) (i32.const 2)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $i) (local.get $end)))
        (local.set $g0 (call $low (v128.load (i32.add (local.get $g) (local.get $i)))))
        (local.set $g1 (call $high (v128.load (i32.add (local.get $g) (local.get $i)))))
        (local.set $m0 (call $low (v128.load (i32.add (local.get $m) (local.get $i)))))
        (local.set $m1 (call $high (v128.load (i32.add (local.get $m) (local.get $i)))))
        (local.set $v0 (call $low (v128.load (i32.add (local.get $v) (local.get $i)))))
        (local.set $v1 (call $high (v128.load (i32.add (local.get $v) (local.get $i)))))
        (local.set $m0 (call $blend (local.get $kf) (local.get $m0) (local.get $tf) (local.get $g0)))
        (local.set $m1 (call $blend (local.get $kf) (local.get $m1) (local.get $tf) (local.get $g1)))
        (local.set $v0 (call $square (local.get $ks) (local.get $v0) (local.get $ts) (local.get $g0)))
        (local.set $v1 (call $square (local.get $ks) (local.get $v1) (local.get $ts) (local.get $g1)))
        (v128.store (i32.add (local.get $m) (local.get $i)) (call $join (local.get $m0) (local.get $m1)))
        (v128.store (i32.add (local.get $v) (local.get $i)) (call $join (local.get $v0) (local.get $v1)))
        (v128.store (i32.add (local.get $p) (local.get $i))
          (call $join
            (call $moved (local.get $sh) (call $low (v128.load (i32.add (local.get $p) (local.get $i))))
              (local.get $size) (local.get $m0) (local.get $v0) (local.get $eps))
            (call $moved (local.get $sh) (call $high (v128.load (i32.add (local.get $p) (local.get $i))))
              (local.get $size) (local.get $m1) (local.get $v1) (local.get $eps))))
        (local.set $i (i32.add (local.get $i) (i32.const 16)))
        (br $next))))

  ;; Four running sums of squares, as doubles at $out.
  (func (export "squares") (param $x i32) (param $n i32) (param $out i32)
    (local $a v128) (local $b v128) (local $x0 v128) (local $x1 v128) (local $end i32)
    (local.set $end (i32.add (local.get $x) (i32.shl (local.get $n) (i32.const 2))))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $x) (local.get $end)))
        (local.set $x0 (call $low (v128.load (local.get $x))))
        (local.set $x1 (call $high (v128.load (local.get $x))))
        (local.set $a (f64x2.add (local.get $a) (f64x2.mul (local.get $x0) (local.get $x0))))
        (local.set $b (f64x2.add (local.get $b) (f64x2.mul (local.get $x1) (local.get $x1))))
        (local.set $x (i32.add (local.get $x) (i32.const 16)))
        (br $next)))
    (v128.store (local.get $out) (local.get $a))
    (v128.store offset=16 (local.get $out) (local.get $b)))

  ;; x = before x + share y
  (func (export "mix") (param $x i32) (param $y i32) (param $n i32) (param $before f64) (param $share f64)
    (local $a v128) (local $b v128) (local $i i32) (local $end i32) (local $x4 v128) (local $y4 v128)
    (local.set $a (f64x2.splat (local.get $before)))
    (local.set $b (f64x2.splat (local.get $share)))
    (local.set $end (i32.shl (local.get $n) (i32.const 2)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $i) (local.get $end)))
        (local.set $x4 (v128.load (i32.add (local.get $x) (local.get $i))))
        (local.set $y4 (v128.load (i32.add (local.get $y) (local.get $i))))
        (v128.store (i32.add (local.get $x) (local.get $i))
          (call $join
            (call $blend (local.get $a) (call $low (local.get $x4)) (local.get $b) (call $low (local.get $y4)))
            (call $blend (local.get $a) (call $high (local.get $x4)) (local.get $b) (call $high (local.get $y4)))))
        (local.set $i (i32.add (local.get $i) (i32.const 16)))
        (br $next)))))
