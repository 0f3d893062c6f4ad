// The shop's exports on cpp-httplib. Usage: embedding FOLDER PORT
#include "shop.hpp"

#include <dataexport/http/httplib.hpp>

int main(int, char** argv) {
    ShopExports shop{argv[1]};
    shop.worker.start();
    httplib::Server server;
    http::mount(server, shop.endpoints, *shop.files);
    return server.listen("127.0.0.1", std::stoi(argv[2])) ? 0 : 1;
}
