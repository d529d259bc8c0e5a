import argparse
from pathlib import Path

from bihuan.inputs import BadInput
from bihuan.site.ready import answer, setup


def run(args: argparse.Namespace) -> int:
    setup()
    from bihuan.site.archive.write import write_backup

    path = Path(args.file).absolute()
    if not path.parent.is_dir():
        raise BadInput(f"{path.parent} is not a folder")
    manifest = write_backup(path)
    size = path.stat().st_size
    lines = [f"{path}: {len(manifest['files'])} files, {size / 1e6:.1f} MB"]
    answer({"file": str(path), "files": len(manifest["files"]), "bytes": size}, lines, as_json=args.json)
    return 0
