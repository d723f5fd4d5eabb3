"""The wheel: CMake builds the extension, with the whole library in it, out of the tree around this directory."""

import os
import pathlib
import subprocess
import sys

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

TREE = pathlib.Path(__file__).resolve().parent.parent
# setup.cfg names it, and setuptools wants it to be there.
(TREE / "build" / "python-wheel").mkdir(parents=True, exist_ok=True)


class BuildWithCMake(build_ext):
    """CMAKE_ARGS in the environment are arguments for the configuration."""

    def build_extension(self, extension):
        build = pathlib.Path(self.build_temp).resolve()
        packages = pathlib.Path(self.get_ext_fullpath(extension.name)).resolve().parent.parent
        unwanted = ("TESTS", "DEMO", "EXAMPLES", "CLI", "BENCH", "SQLITE", "REDIS", "REMOTE")
        cmake = os.environ.get("CMAKE_COMMAND", "cmake")
        subprocess.run(
            [
                cmake,
                *("-S", TREE, "-B", build, "-G", "Ninja"),
                "-DCMAKE_BUILD_TYPE=Release",
                "-DCMAKE_CXX_FLAGS_RELEASE=-O2 -DNDEBUG",
                "-DBUILD_SHARED_LIBS=OFF",
                "-DAUTHJWT_WERROR=OFF",
                "-DAUTHJWT_BUILD_PYTHON=ON",
                *(f"-DAUTHJWT_BUILD_{part}=OFF" for part in unwanted),
                f"-DPython_EXECUTABLE={sys.executable}",
                *os.environ.get("CMAKE_ARGS", "").split(),
            ],
            check=True,
        )
        subprocess.run([cmake, "--build", build, "--target", "authjwt_python", "-j", str(os.cpu_count())], check=True)
        subprocess.run([cmake, "--install", build, "--component", "python", "--prefix", packages, "--strip"], check=True)


setup(
    name="fastapi-jwt-auth",
    version="0.5.0+authjwt.0.1.0",
    description="fastapi-jwt-auth on the engine of authjwt",
    license="MIT",
    python_requires=">=3.9",
    install_requires=["fastapi>=0.92", "pydantic"],
    packages=["fastapi_jwt_auth"],
    ext_modules=[Extension("fastapi_jwt_auth._engine", sources=[])],
    cmdclass={"build_ext": BuildWithCMake},
)
