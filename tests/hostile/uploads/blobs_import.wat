;; Imports files by a function that answers more than the contract's.
(component
  (import "weft:plugin/blobs@1.0.0" (instance
    (export "reader" (type $reader (sub resource)))
    (export "[method]reader.size" (func (param "self" (borrow $reader)) (result string)))))
  (core module $plugin
    (memory (export "memory") 1)
    (data (i32.const 8) "\10\00\00\00\02\00\00\00")
    (data (i32.const 16) "{}")
    (func (export "describe") (result i32) (i32.const 8))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024)))
  (core instance $plugin (instantiate $plugin))
  (func $describe (result string)
    (canon lift (core func $plugin "describe") (memory (core memory $plugin "memory")) (realloc (core func $plugin "realloc"))))
  (instance $metadata (export "describe" (func $describe)))
  (export "weft:plugin/metadata@1.0.0" (instance $metadata)))
