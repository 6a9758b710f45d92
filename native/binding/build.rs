//! Tells the linker how a Node addon is linked.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    napi_build::setup();
}
